"""What is done to files of strangers, in a process of its own (`python -m fedi.workshop`): slow work outside of the
server's interpreter lock, and dangerous work where an accident costs one file.

It imports little, since it starts anew for every file: `fedi.media` sends it an `Order` and waits.
"""
