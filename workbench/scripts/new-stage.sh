# Begins a stage: copies another one, renames it inside, and makes it a member of the workspace.
#
#     sh workbench/scripts/new-stage.sh my-stage broadcast-3c
set -eu
LC_ALL=C
export LC_ALL

name=$1
from=$2

refuse() {
    echo "MODULE=$name: $1" >&2
    exit 1
}

case $name in
[!a-z]* | *[!a-z0-9-]* | '')
    refuse "a stage's name is made of lower case letters, digits and hyphens, and starts with a letter"
    ;;
esac
[ ! -e "$name" ] && [ ! -L "$name" ] || refuse "$name is there already, choose another name"
case $name in
# Folders that the workspace has or will have.
book | common | fuzz | maelstrom | store | target | workbench) refuse "that name is taken" ;;
# Rust's own crates, and folders that cargo makes beside its programs.
alloc | build | core | deps | examples | incremental | proc-macro | std | test) refuse "that name is cargo's" ;;
# The crate's name is a word of every path into it, so it cannot be a word of the language.
abstract | as | async | await | become | box | break | const | continue | crate | do | dyn | else | \
    enum | extern | false | final | fn | for | gen | if | impl | in | let | loop | macro | match | \
    mod | move | mut | override | priv | pub | ref | return | self | static | struct | super | \
    trait | true | try | type | typeof | unsafe | unsized | use | virtual | where | while | yield)
    refuse "that is a word of the Rust language"
    ;;
esac

crate=$(echo "$name" | tr - _)
from_crate=$(echo "$from" | tr - _)
if sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.lock | tr - _ | grep -qx "$crate"; then
    refuse "a crate of that name is used here already"
fi

# Begin nothing that is not finished: whatever fails below, all is put back.
backup=$(mktemp -d)
cp Cargo.toml Cargo.lock "$backup"
finish() {
    if [ "$1" -ne 0 ]; then
        rm -rf "./$name"
        cp "$backup/Cargo.toml" "$backup/Cargo.lock" .
        echo "MODULE=$name: could not be made, and all is as it was" >&2
    fi
    rm -rf "$backup"
}
trap 'finish $?' EXIT
trap 'exit 1' HUP INT TERM

# edit FILE SCRIPT…: runs sed on a file in place (the option -i is not the same everywhere).
edit() {
    file=$1
    shift
    sed "$@" "$file" >"$backup/edited"
    cat "$backup/edited" >"$file"
}

cp -R "$from" "$name"
find "$name" \( -name '*.snap.new*' -o -name '*.pending-snap' \) -exec rm {} +

edit "$name/Cargo.toml" \
    -e "s/^name = \"\(.*-\)\{0,1\}$from\"/name = \"\1$name\"/" \
    -e "s/^name = \"$from_crate\"/name = \"$crate\"/" \
    -e "s/^description = .*/description = \"A stage of your own, begun as $from.\"/" \
    -e "s/^previous = .*/previous = \"$from\"/"

# Only paths that begin with the crate's name: `echo` is also a workload, a message and a module.
find "$name" -name '*.rs' | while read -r source; do
    edit "$source" \
        -e "s/^$from_crate::/$crate::/" \
        -e "s/\([^A-Za-z0-9_:]\)$from_crate::/\1$crate::/g" \
        -e "s/CARGO_BIN_EXE_$from\"/CARGO_BIN_EXE_$name\"/g"
done

# insta names the file in each snapshot's header, and the crate in a unit test's file name.
find "$name" -name '*.snap' | while read -r snapshot; do
    edit "$snapshot" -e "1,/^---\$/s|^source: $from/|source: $name/|"
done
find "$name/src" -name "${from_crate}__*" | while read -r snapshot; do
    mv "$snapshot" "${snapshot%/*}/${crate}__${snapshot##*/${from_crate}__}"
done

awk -v from="\"$from\"" -v name="\"$name\"" '
    /members *=/ { inside = 1 }
    inside { sub(from, from ",\n    " name) }
    /\]/ { inside = 0 }
    { print }
' "$backup/Cargo.toml" >Cargo.toml

# Cargo.lock lists the members too. Only a machine that has never built needs the network for that.
"${CARGO:-cargo}" update --workspace --offline --quiet 2>/dev/null ||
    "${CARGO:-cargo}" update --workspace --quiet
if ! grep -qx "name = \"$name\"" Cargo.lock; then
    echo "Cargo.toml does not list \"$from\" among its members, so $name has no place there." >&2
    exit 1
fi

# The new name may belong elsewhere in a list of imports. Without rustfmt it stays where it is.
"${CARGO:-cargo}" fmt --package "$name" 2>/dev/null || true

cat <<END
$name/ begins as a copy of $from. Next:
  make run MODULE=$name
      It runs, and is judged, already.
  edit $name/src/lib.rs
      The server. The flags of its workload are in $name/Cargo.toml.
  make diff MODULE=$name
      What you changed. \`make test\` runs its tests, too.
END
