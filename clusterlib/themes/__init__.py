"""Group passages by themes: what lies together by itself, with the tree, cut where it is stable."""

from clusterlib.themes.fit import Themes, by_initiative, fit

__all__ = ["Themes", "by_initiative", "fit"]
