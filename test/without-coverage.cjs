/**
 * tap notes which files each process loads, those included that a test starts, by hooks in a thread of their own: coverage and
 * `tap --changed` are made from that. It costs every process about a second, and neither is asked for here.
 */
const loader = require('node:module');
const spawned = require('process-on-spawn');

const OF_TAP = /[\\/]@tapjs[\\/]processinfo[\\/]/;
const { register } = loader;
loader.register = (specifier, ...rest) => {
  if (!OF_TAP.test(String(specifier))) register(specifier, ...rest);
};

// What it would say to whatever a test starts.
spawned.addListener = () => {};
const { NODE_OPTIONS = '' } = process.env;
process.env.NODE_OPTIONS = NODE_OPTIONS.split(' ')
  .filter((option) => !OF_TAP.test(option))
  .join(' ');
