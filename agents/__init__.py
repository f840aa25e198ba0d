"""Part of Arena (arena-protocols)."""
