"""Contrast of colours, as WCAG 2.2 measures it (1.4.3); a colour is red, green and blue, 0 to 1."""

import numpy as np


def linear(colour):
    values = np.asarray(colour, float)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, two):
    light, dark = sorted([luminance(one), luminance(two)], reverse=True)
    return (light + 0.05) / (dark + 0.05)
