"""The engines: ABC, aigverse and SAT sweeping, bounded in time."""
