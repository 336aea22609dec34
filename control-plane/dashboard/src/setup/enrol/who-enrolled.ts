interface Enrolling {
  /** Of the token: how many devices have enrolled with it. */
  readonly used: number;
  /** The one that it is for; empty: any. */
  readonly device: string;
  /** Who was heard to enrol at its site since it was made, with whatever token. */
  readonly heard: readonly string[];
}

export interface Enrolled {
  readonly names: readonly string[];
  /** How many more there are, whose names are not known: nobody listened then, or others enrolled beside them. */
  readonly unnamed: number;
}

/** Who has enrolled with a token. How many is the token's to say: what is heard says of no token, and is not heard on a page that nobody sees. */
export function whoEnrolled({ used, device, heard }: Enrolling): Enrolled {
  if (device !== '') return { names: used > 0 ? [device] : [], unnamed: 0 };
  const names = heard.length <= used ? heard : [];
  return { names, unnamed: used - names.length };
}
