"""Run the command line.

In a file of this name, so that the processes of kernels do not import it again.
"""

import sys

from clusterlib import kernels

if __name__ == "__main__":
    kernels.warm()
    # Reading notebooks takes as long to import as all else, which the server imports meanwhile.
    from clusterlib.notebooks import main

    sys.exit(main())
