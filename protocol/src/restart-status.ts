/**
 * What an agent ends with when it was asked to restart: whoever started it starts it again, as
 * after any status that is not 0 (systemd's `Restart=on-failure`). One of the agent's own, 120–129.
 */
export const RESTART_STATUS = 121;
