# Fetches the real Maelstrom into maelstrom/: all of it, or nothing.
#
#     sh workbench/scripts/fetch-maelstrom.sh
set -eu

version=v0.2.4
address=https://github.com/jepsen-io/maelstrom/releases/download/$version/maelstrom.tar.bz2
part=maelstrom.part

fail() {
    echo "$1" >&2
    exit 1
}

if [ -x maelstrom/maelstrom ]; then
    echo "Maelstrom is already there, in maelstrom/."
    exit
fi
if [ -e maelstrom ]; then
    fail "maelstrom/ is there, but holds no program maelstrom/maelstrom. Remove the folder, then try again."
fi
command -v curl >/dev/null || fail "Fetching Maelstrom needs curl, which is not on the PATH."

# What is not complete does not stay, not even after Ctrl-C.
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$part"
mkdir "$part"

curl --fail --location --progress-bar --output "$part/maelstrom.tar.bz2" "$address" ||
    fail "Could not fetch $address. Is there a network?"
tar -xf "$part/maelstrom.tar.bz2" -C "$part" ||
    fail "Could not unpack $address. Unpacking needs tar and bzip2."
[ -x "$part/maelstrom/maelstrom" ] ||
    fail "$address does not hold what it should: a program maelstrom/maelstrom."
mv "$part/maelstrom" maelstrom

echo "Maelstrom $version is in maelstrom/. It needs Java 11 or later, and gnuplot. Try it:"
echo "  make run MODULE=broadcast-3c BENCH=maelstrom"
