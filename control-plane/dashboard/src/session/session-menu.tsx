/** Who one is, and the way out. */
export function SessionMenu() {
  return null;
}
