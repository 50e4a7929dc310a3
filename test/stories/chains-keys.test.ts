/** Keys and tokens of Microsoft Entra ID: from whoever adds a key to the call that is made by a token given for it. */
import { test } from 'node:test';
import { calls, keyAdded, signIn } from '../support/chain-directory-records.ts';
import { at } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const OUTSIDE = '203.0.113.66';
const WRITE = 'Microsoft.Compute/disks/write';
const GRANT = 'Microsoft.Authorization/roleAssignments/write';
const OLD = '4e900000-0000-4000-8000-000000000001';
const NEW = '4e900000-0000-4000-8000-00000000dead';
const DAYS = [0, 1, 2, 3, 4];
/** The application signs in with its key every day and works with the tokens. */
const EVERYDAY = DAYS.flatMap((day) => [signIn(at(day), OLD, `uti-${day}`), calls(at(day, 60), WRITE, `uti-${day}`)]);
/** Another one of the same tenant works with disks, too. */
const INTERN = DAYS.map((day) => calls(at(day, 120), WRITE, `uti-intern-${day}`, '10.1.2.9', 'intern'));
const DEPLOYS = DAYS.map((day) => keyAdded(at(day, 3_600), 'deploy', `4e900000-0000-4000-8000-00000000000${day + 2}`));

test('a key is added to an application, which signs in with it and gives rights away by the token', async () => {
  const theft = [
    keyAdded(at(5), 'intern', NEW, [OLD]),
    signIn(at(5, 300), NEW, 'uti-stolen', OUTSIDE),
    calls(at(5, 600), GRANT, 'uti-stolen', OUTSIDE),
  ];
  const path = [
    `intern created key ${NEW}`,
    `key ${NEW} was exchanged for uti-stolen`,
    // Resource Manager names an application by its object id alone.
    'uti-stolen was used as 5e000000-0000-4000-8000-62696c6c696e',
  ];
  const [added, signedIn, granted] = theft;
  for (const records of [theft, [signedIn, granted, added]])
    await expectChain([...EVERYDAY, ...INTERN, ...DEPLOYS, ...records], 'high', path);
});

test('twin: a pipeline changes the key every day, and the application goes on with the new one', async () => {
  const changed = [keyAdded(at(5), 'deploy', NEW, [OLD]), signIn(at(5, 300), NEW, 'uti-new'), calls(at(5, 600), WRITE, 'uti-new')];
  await expectQuiet([...EVERYDAY, ...DEPLOYS, ...changed]);
});

test('twin: a token of the old key gives rights away: whoever added the other key has nothing to do with it', async () => {
  const records = [keyAdded(at(5), 'deploy', NEW, [OLD]), calls(at(5, 600), GRANT, 'uti-4')];
  await expectQuiet([...EVERYDAY, ...DEPLOYS, ...records]);
});
