"""An independent reader of Coffer's vaults, written from docs/FORMAT.md and sharing no code with Coffer."""
