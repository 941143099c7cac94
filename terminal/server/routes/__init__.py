"""The tills' API: HTTP around intake and registry, and nothing else."""
