# The challenges, in the order of the stages: a line each, NAME = the flags of `workbench test`.
# Make includes this file as it is, and the workbench reads it.
#
# A stage of your own is a line such as `my-stage = $(broadcast-3c)`: the challenge of the stage that
# it began as. `make new` adds that line, `make remove` takes it out again. To give the stage another
# challenge, name another stage there, or write flags.

echo         = -w echo --node-count 1 --time-limit 10
unique-ids   = -w unique-ids --time-limit 30 --rate 1000 --node-count 3 --availability total --nemesis partition
broadcast-3a = -w broadcast --node-count 1 --time-limit 20 --rate 10
broadcast-3b = -w broadcast --node-count 5 --time-limit 20 --rate 10
broadcast-3c = -w broadcast --node-count 5 --time-limit 20 --rate 10 --nemesis partition
