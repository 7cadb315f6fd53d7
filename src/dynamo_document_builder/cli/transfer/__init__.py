"""The commands `export` and `import`, which can resume an interrupted run."""
