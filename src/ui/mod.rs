//! Paint: reads a view, pushes commands.
