import t from 'tap';
import { requireKeys } from '../../../control-plane/src/registry/require-keys.ts';

const CASES = [
  ['a folder that is there', { there: true, given: true, signed: true }, null],
  ['the first start', { there: false, given: false, signed: false }, null],
  [
    'a folder that was named, and is not there',
    { there: false, given: true, signed: false },
    /^Expected a folder of keys for --keys, received .*, which is not there\. edgeloop keys create/,
  ],
  [
    'models without the keys that signed them',
    { there: false, given: false, signed: true },
    /^Expected the keys of the models that are here in .*, received none\. .* with --keys\./,
  ],
] as const;

for (const [name, { there, given, signed }, refused] of CASES) {
  t.test(`${name}: ${refused === null ? 'well' : 'refused'}`, async (t) => {
    const folder = `${t.testdir({ keys: {} })}/${there ? 'keys' : 'kyes'}`;
    const models = { anySigned: async () => signed };
    const required = requireKeys(folder, given ? folder : null, models);
    if (refused === null) await required;
    else await t.rejects(required, { code: 'KEY_FILE_INVALID', message: refused });
  });
}
