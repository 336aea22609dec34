import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Package } from './packages.ts';

export const SCRIPTS = ['postinst', 'prerm', 'postrm'] as const;

/** A file of a package: where it lies, and what it holds. */
interface StagedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

/**
 * What the package lays beside the process: units, users, folders, programs, configuration,
 * documents, maintainer's scripts.
 */
export function stageSystem(
  made: Package,
  { root, stage, version }: { root: string; stage: string; version: string },
): void {
  for (const { path, content, mode } of systemFiles(made, root, version)) {
    const to = join(stage, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, content);
    chmodSync(to, mode);
  }
}

/** Those files; scripts of the package itself lie below DEBIAN/. */
export function systemFiles(made: Package, root: string, version: string): StagedFile[] {
  const { name, workspace, configuration } = made;
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const filled = (script: string, module = '') =>
    read(`packaging/debian/${script}`)
      .replaceAll('@NAME@', name)
      .replaceAll('@WORKSPACE@', workspace)
      .replaceAll('@CONFIGURATION@', configuration)
      .replaceAll('@MODULE@', module);
  const file = (path: string, content: string | Uint8Array, mode = 0o644) => ({
    path,
    content,
    mode,
  });
  const documents = `usr/share/doc/${name}`;
  return [
    ...readdirSync(join(root, 'systemd'))
      .filter((unit) => unit.endsWith('.service') && unit.startsWith(name))
      .map((unit) => file(`usr/lib/systemd/system/${unit}`, read(`systemd/${unit}`))),
    ...['sysusers.d', 'tmpfiles.d'].map((kind) =>
      file(`usr/lib/${kind}/${name}.conf`, read(`systemd/${kind}/${name}.conf`)),
    ),
    ...made.programs.map(({ name: program, script, module }) =>
      file(`usr/bin/${program}`, filled(script, module), 0o755),
    ),
    file(`etc/edgeloop/${configuration}`, read(`packaging/default/${configuration}`)),
    file('DEBIAN/conffiles', `/etc/edgeloop/${configuration}\n`),
    ...SCRIPTS.map((script) => file(`DEBIAN/${script}`, filled(script), 0o755)),
    ...made.documents.map((document) => file(`${documents}/${document}`, read(`docs/${document}`))),
    file(`${documents}/examples/journald-volatile.conf`, read('systemd/journald-volatile.conf')),
    file(`${documents}/copyright`, filled('copyright')),
    file(`${documents}/changelog.gz`, gzipSync(changes(name, version), { level: 9 })),
    file(`usr/share/lintian/overrides/${name}`, filled('lintian-overrides')),
  ];
}

const changes = (name: string, version: string) => `${name} (${version}) stable; urgency=medium

  * As CHANGELOG.md of the project says.

 -- The Edgeloop authors <edgeloop@localhost>  Thu, 01 Jan 2026 00:00:00 +0000
`;
