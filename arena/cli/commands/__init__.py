"""The commands, one file each: its options, and a function that does what it says.

What a command needs to work is imported in its function, so that its help is there at once. To add a command,
write a file here and a line in `arena.cli.app.COMMANDS`.
"""
