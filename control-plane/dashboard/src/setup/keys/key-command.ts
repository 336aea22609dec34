/** The package's user alone reads its folders, and what root would put there it could not read. */
const SERVICE = 'edgeloop-control-plane';
const SERVICE_FOLDER = `/var/lib/${SERVICE}/`;

/**
 * A line of a shell on the machine of the control plane.
 * @param folder of its keys
 * @param what `rotate`, `show`
 * @param options after the folder
 */
export function keyCommand(folder: string, what: string, options = ''): string {
  const program = isOfService(folder) ? `sudo -u ${SERVICE} edgeloop` : 'edgeloop';
  return `${program} keys ${what} ${folder} ${options}`.trimEnd();
}

/** Brings the private root key back into the folder, from where one is. */
export function bringRootCommand(folder: string): string {
  const options = isOfService(folder) ? `-o ${SERVICE} -g ${SERVICE} ` : '';
  return `${options && 'sudo '}install ${options}-m 600 root-*.private.pem ${folder}/`;
}

const isOfService = (folder: string) => folder.startsWith(SERVICE_FOLDER);
