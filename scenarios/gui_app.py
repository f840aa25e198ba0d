"""A small program with menus of switches: its states, its screens as widgets, and what is right to do.

There is a home screen with a button for each menu, and a screen for each menu with its switches and a button
that leads back. So the right action in each state follows from the switch that is to be on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from arena.core.errors import UsageError
from arena.pictures import Picture
from arena.tasks.drawn.screens import Widget, WidgetKind, layout, screen_picture

MENUS: Mapping[str, tuple[str, ...]] = {
    "Sound": ("Ringtone", "Keyboard clicks", "Vibration", "Do not disturb"),
    "Display": ("Dark mode", "Auto-rotate", "Night light", "Large text"),
    "Network": ("Wi-Fi", "Bluetooth", "Hotspot", "Flight mode"),
    "Clock": ("Alarm", "Timer", "World time", "24 hours"),
    "Privacy": ("Location", "Camera", "Microphone", "Screen lock"),
    "Power": ("Battery saver", "Fast charging", "Percentage", "Auto-off"),
}
"""The switches of each menu. Each has a name of its own."""
HOME_SCREEN, BACK = "Settings", "Back"
MENU_OF = {switch: menu for menu, switches in MENUS.items() for switch in switches}


@dataclass(frozen=True, slots=True)
class AppState:
    """Which screen is shown, the home screen or a menu, and which switches are on."""

    screen: str = HOME_SCREEN
    on: frozenset[str] = frozenset()

    @property
    def targets(self) -> tuple[str, ...]:
        """What can be tapped, from the top."""
        return tuple(MENUS) if self.screen == HOME_SCREEN else (*MENUS[self.screen], BACK)

    def tapped(self, target: str) -> AppState:
        """Return the state after a tap.

        Raises:
            UsageError: if there is no such target on the screen.
        """
        if target not in self.targets:
            raise UsageError(f"The screen {self.screen} has no {target!r} to tap.")
        if target == BACK:
            return AppState(HOME_SCREEN, self.on)
        return (
            AppState(target, self.on)
            if self.screen == HOME_SCREEN
            else AppState(self.screen, self.on ^ {target})
        )

    def right_target(self, goal: str) -> str:
        """Return what is right to tap so that the switch `goal` comes on; it is not on yet."""
        if self.screen == HOME_SCREEN:
            return MENU_OF[goal]
        return goal if self.screen == MENU_OF[goal] else BACK

    def widgets(self) -> Widget:
        """Return the screen."""
        title = Widget(kind=WidgetKind.TITLE, text=self.screen)
        kind = WidgetKind.BUTTON if self.screen == HOME_SCREEN else WidgetKind.SWITCH
        parts = [
            Widget(kind=WidgetKind.BUTTON if text == BACK else kind, text=text, is_on=text in self.on)
            for text in self.targets
        ]
        return Widget(kind=WidgetKind.COLUMN, children=(title, *parts))

    def picture(self, touched: str = "") -> Picture:
        """Return the screen as a picture, with the place that is touched, if one is."""
        return _picture(self.widgets(), touched)


@lru_cache(maxsize=1000)
def _picture(screen: Widget, touched: str) -> Picture:
    return Picture.from_bytes(screen_picture(screen, touched))


def targets_named(text: str, screen: Widget) -> set[str]:
    """Return the texts of the screen's widgets that stand in a text, regardless of case.

    >>> sorted(targets_named("Tap on Wi-Fi, then go back.", AppState("Network").widgets()))
    ['Back', 'Wi-Fi']
    """
    said = f" {''.join(c if c.isalnum() or c == '-' else ' ' for c in text.casefold())} "
    said = " ".join(said.split())
    found = (widget.text for widget, _ in layout(screen) if widget.kind is not WidgetKind.TITLE)
    return {target for target in found if f" {target.casefold()} " in f" {said} "}
