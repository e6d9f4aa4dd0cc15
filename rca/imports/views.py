"""The pages of the room of files brought in."""
