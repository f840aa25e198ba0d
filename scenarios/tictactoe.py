"""TicTacToe between a perfect player, a perfect player with lapses, and a random one."""

from arena import Tournament
from protocols import Play

scenario = Tournament(
    name="tictactoe",
    protocol=Play(game="tictactoe"),
    agents=["minimax", "noisy:minimax?rate=0.2", "random"],
    format="round-robin?meetings=50",
)
