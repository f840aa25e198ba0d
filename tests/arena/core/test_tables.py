from __future__ import annotations

from arena.core.tables import table_rows


class TestTableRows:
    def test_have_the_lines_on_which_they_begin(self) -> None:
        lines = iter(["a;b\n", '"1\n', '2";3\n', "\n", "4;\n"])
        assert list(table_rows("x", lines)) == [(2, {"a": "1\n2", "b": "3"}), (5, {"a": "4", "b": None})]

    def test_tabs_separate_cells_if_the_first_line_has_nothing_else(self) -> None:
        assert list(table_rows("x", iter(["a\tb\n", "1\t2"]))) == [(2, {"a": "1", "b": "2"})]
