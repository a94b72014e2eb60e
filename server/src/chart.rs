//! Draws reports as SVG.
