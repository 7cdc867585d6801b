from . import clean as clean
from . import export as export
from . import load as load
from . import plot as plot
from . import schema as schema

__version__: str
from . import view as view
