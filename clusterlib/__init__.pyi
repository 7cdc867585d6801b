from . import axes as axes
from . import claims as claims
from . import clean as clean
from . import codes as codes
from . import compare as compare
from . import embed as embed
from . import export as export
from . import facts as facts
from . import language as language
from . import load as load
from . import plot as plot
from . import problems as problems
from . import run as run
from . import schema as schema
from . import stability as stability
from . import themes as themes
from . import topics as topics
from . import view as view
from .compare import study as study

__version__: str
