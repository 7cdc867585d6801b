"""Run the command line."""

from clusterlib.cli import main

if __name__ == "__main__":
    main()
