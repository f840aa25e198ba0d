"""Annotations as a data frame of pandas, which is imported when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from arena.core.errors import MissingExtra
from arena.results.study import ON_DEMAND, Study, Texts
from arena.results.tables._columns import table_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


def frame_of(study: Study, kind: str, name: str = "") -> pd.DataFrame:
    """Return the annotations of a kind as a data frame, a row each.

    Args:
        study: the study that reads them.
        kind: the kind's name, in the singular or the plural.
        name: which name alone; all if it is empty.

    Raises:
        UsageError: if there is no such kind.
        MissingExtra: if pandas is not installed.
    """
    try:
        import pandas as pd
    except ModuleNotFoundError:
        raise MissingExtra("Data frames need pandas", "pandas") from None
    table = table_of(study, study.annotations(kind, name, ON_DEMAND))
    columns: dict[str, Any] = {}
    for column, values in table.columns.items():
        if isinstance(values, Texts):
            columns[column] = np.array([*values.names, None], dtype=object)[values.codes]
        elif table.types[column] == "real":
            columns[column] = np.array(values, dtype=np.float64)
        else:
            columns[column] = pd.array(table.values(column), dtype="Int64")
    return pd.DataFrame(columns)
