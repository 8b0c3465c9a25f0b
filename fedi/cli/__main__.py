"""`python -m fedi.cli`, where the command `fedi` is not on the path."""

from fedi.cli import main

if __name__ == "__main__":
    main()
