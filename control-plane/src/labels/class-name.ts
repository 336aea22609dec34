import Type from 'typebox';
import { Check } from 'typebox/value';

export const CLASS_NAME =
  '^(?![. ])[^\\\\/\\u0000-\\u001f\\u007f]*[^\\\\/\\u0000-\\u001f\\u007f. ]$';

/** Classes that people may give a task. */
export const MOST_CLASSES = 1000;

/**
 * A class's name is a folder in exports: no slashes, no control characters, no dot or space first
 * or last.
 */
export const ClassName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: CLASS_NAME,
  description: 'Of a class',
});

export const isClassName = (text: string): boolean => Check(ClassName, text);
