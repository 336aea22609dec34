/**
 * A device's name from its host name, which an imager sets: `Line_1.local` becomes `line-1`.
 * @returns empty where nothing of it can be a name
 */
export function deviceName(hostname: string): string {
  const [first = ''] = hostname.toLowerCase().split('.');
  return first.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}
