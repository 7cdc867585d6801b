"""Group passages by themes: what lies together by itself, with the tree, cut where it is stable."""

from clusterlib.themes.assign import Assigner
from clusterlib.themes.cards import Cards
from clusterlib.themes.fit import Themes, by_initiative, fit

__all__ = ["Assigner", "Cards", "Themes", "by_initiative", "fit"]
