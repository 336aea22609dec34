interface Copied {
  readonly files: readonly { readonly bytes: number }[];
}

/** What a backup or a restore tells: how many files, not each. */
export function copied({ files, ...about }: Copied & Readonly<Record<string, unknown>>) {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { ...about, files: files.length, bytes };
}
