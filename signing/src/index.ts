export { type AssignmentReader, signAssignment, verifyAssignment } from './assignment.ts';
export { SigningError } from './errors.ts';
export {
  createKeyFolder,
  KEY_NAMES,
  type KeyFolder,
  type KeyName,
  readKeyFolder,
  readPrivateKey,
  rotateKeyFolder,
} from './key-folder.ts';
export { type KeyPair, keyPair } from './key-pair.ts';
export { signPackage, verifyPackage } from './package-signature.ts';
export { parseRoot, parseSignature } from './parse.ts';
export { acceptRoot, checkFirstRoot, signRoot } from './root.ts';
