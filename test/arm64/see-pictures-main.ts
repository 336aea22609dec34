import { seePictures } from './see-pictures.ts';

// On the emulated Pi: `node see-pictures-main.ts <package> <pictures> <out>` prints what it saw as
// JSON.
if (process.arch !== 'arm64') throw new Error(`Expected arm64, received ${process.arch}.`);
const [packageFolder = '', pictures = '', out = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await seePictures(packageFolder, pictures, out)));
