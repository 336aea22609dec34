/** Whether what goes to an address goes by TLS. */
export const isEncrypted = (address: string): boolean => /^(?:https|mqtts|wss):/.test(address);
