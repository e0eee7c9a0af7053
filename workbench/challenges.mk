# The challenges, in the order of the stages: a line each, NAME = the flags of `workbench test`.
# Make includes this file as it is, and the workbench reads it.
#
# A challenge needs no stage of its own: any stage can face it, with WORKLOAD=broadcast-3d. What a
# line NAME_targets adds is not for the real Maelstrom, which has no such flags.
#
# A stage of your own is a line such as `my-stage = $(broadcast-3c)`: it faces the challenge of that
# name, that of the stage it began as. `make new` adds the line, `make remove` takes it out again. To
# give the stage another challenge, name that one, or add flags: `my-stage = $(echo) --rate 10`.

echo         = -w echo --node-count 1 --time-limit 10
unique-ids   = -w unique-ids --time-limit 30 --rate 1000 --node-count 3 --availability total --nemesis partition
broadcast-3a = -w broadcast --node-count 1 --time-limit 20 --rate 10
broadcast-3b = -w broadcast --node-count 5 --time-limit 20 --rate 10
broadcast-3c = -w broadcast --node-count 5 --time-limit 20 --rate 10 --nemesis partition
broadcast-3d = -w broadcast --node-count 25 --time-limit 20 --rate 100 --latency 100
broadcast-3d_targets = --max-msgs-per-op 30 --max-median-latency 400 --max-latency 600
broadcast-3e = -w broadcast --node-count 25 --time-limit 20 --rate 100 --latency 100
broadcast-3e_targets = --max-msgs-per-op 20 --max-median-latency 1000 --max-latency 2000
counter      = -w g-counter --node-count 3 --rate 100 --time-limit 20 --nemesis partition
