import t from 'tap';
import {
  bringRootCommand,
  keyCommand,
} from '../../../control-plane/dashboard/src/setup/keys/key-command.ts';

t.test('where the package runs it, keys are changed as its user', async (t) => {
  const folder = '/var/lib/edgeloop-control-plane/keys';
  t.equal(
    keyCommand(folder, 'rotate', '--keys online'),
    `sudo -u edgeloop-control-plane edgeloop keys rotate ${folder} --keys online`,
  );
  t.equal(
    keyCommand(folder, 'show'),
    `sudo -u edgeloop-control-plane edgeloop keys show ${folder}`,
  );
  t.equal(
    bringRootCommand(folder),
    `sudo install -o edgeloop-control-plane -g edgeloop-control-plane -m 600 root-*.private.pem ${folder}/`,
  );
});

t.test('elsewhere as who is there', async (t) => {
  t.equal(
    keyCommand('/srv/keys', 'rotate', '--keys root'),
    'edgeloop keys rotate /srv/keys --keys root',
  );
  t.equal(bringRootCommand('/srv/keys'), 'install -m 600 root-*.private.pem /srv/keys/');
});
