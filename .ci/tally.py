"""Say in one line how many tests ran and, if some did not, why, from pytest's own reports."""

import sys
from xml.etree import ElementTree


def main() -> None:
    cases = [case for path in sys.argv[1:] for case in ElementTree.parse(path).iter("testcase")]
    skipped = [one.get("message", "") for case in cases for one in case.iter("skipped")]
    if not skipped:
        print(f"make test: all {len(cases)} tests ran and passed")
        return
    reasons = "; ".join(sorted(set(skipped)))
    print(f"make test: {len(skipped)} of {len(cases)} tests did not run: {reasons}")


if __name__ == "__main__":
    main()
