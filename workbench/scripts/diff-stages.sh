# Shows what changed from one stage's server to another's, and counts the lines.
#
#     sh workbench/scripts/diff-stages.sh broadcast-3b broadcast-3c
set -eu

from=$1
to=$2

if [ -z "$from" ]; then
    echo "$to is the first stage: nothing comes before it. FROM= names another to compare with." >&2
    exit 1
fi

# compare WHEN: the difference, coloured by git auto(matically) or never. No pager: it would keep
# the count off the screen.
compare() {
    if command -v git >/dev/null; then
        git --no-pager diff --no-index --no-ext-diff --color="$1" "$from/src/lib.rs" "$to/src/lib.rs"
    else
        diff -u "$from/src/lib.rs" "$to/src/lib.rs"
    fi
}

# 1 says that the files differ, which is no failure here.
compare auto || [ $? -eq 1 ]

compare never | awk -v title="$from -> $to" '
    /^@@/ { inside = 1; next }
    inside && /^\+/ { added++ }
    inside && /^-/ { removed++ }
    END { printf "%s: %d line%s added, %d removed\n", title, added, added == 1 ? "" : "s", removed }
'
