"""One module a cause; each tells its complaints, its whys, its fixes and who was told."""
