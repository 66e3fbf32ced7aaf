// The module SystemdManager.
