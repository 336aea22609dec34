import Type from 'typebox';
import { Check } from 'typebox/value';

/**
 * A class's name is a folder in exports: no slashes, no control characters, no dot or space first
 * or last.
 */
export const ClassName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^(?![. ])[^\\\\/\\u0000-\\u001f\\u007f]*[^\\\\/\\u0000-\\u001f\\u007f. ]$',
  description: 'Of a class',
});

export const isClassName = (text: string): boolean => Check(ClassName, text);
