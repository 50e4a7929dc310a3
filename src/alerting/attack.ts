/** ATT&CK release that the table is taken from. */
export const ATTACK_VERSION = '19';

/** A tactic or technique by its id and name. */
export interface Named {
  readonly uid: string;
  readonly name: string;
}

/** A (sub-)technique with what it belongs to. */
export interface Technique extends Named {
  /** In the matrix's order; empty for an id that the table does not hold. */
  readonly tactics: readonly Named[];
  /** The technique that a sub-technique refines. */
  readonly parent?: Named;
  /** The id that v18 and earlier used, where v19 renumbered. */
  readonly formerly?: string;
}

const TACTICS: ReadonlyMap<string, string> = new Map([
  ['TA0043', 'Reconnaissance'],
  ['TA0042', 'Resource Development'],
  ['TA0001', 'Initial Access'],
  ['TA0002', 'Execution'],
  ['TA0003', 'Persistence'],
  ['TA0004', 'Privilege Escalation'],
  ['TA0005', 'Stealth'],
  ['TA0112', 'Defense Impairment'],
  ['TA0006', 'Credential Access'],
  ['TA0007', 'Discovery'],
  ['TA0008', 'Lateral Movement'],
  ['TA0009', 'Collection'],
  ['TA0011', 'Command and Control'],
  ['TA0010', 'Exfiltration'],
  ['TA0040', 'Impact'],
]);

/** id, name, tactics, former id. Enterprise matrix of 14 April 2026; names and tactics as published there. */
const TECHNIQUES: readonly (readonly [string, string, string, string?])[] = [
  ['T1021', 'Remote Services', 'TA0008'],
  ['T1021.007', 'Cloud Services', 'TA0008'],
  ['T1033', 'System Owner/User Discovery', 'TA0007'],
  ['T1036', 'Masquerading', 'TA0005'],
  ['T1036.005', 'Match Legitimate Resource Name or Location', 'TA0005'],
  ['T1046', 'Network Service Discovery', 'TA0007'],
  ['T1053', 'Scheduled Task/Job', 'TA0002 TA0003 TA0004'],
  ['T1053.007', 'Container Orchestration Job', 'TA0002 TA0003 TA0004'],
  ['T1059', 'Command and Scripting Interpreter', 'TA0002'],
  ['T1059.009', 'Cloud API', 'TA0002'],
  ['T1059.013', 'Container CLI/API', 'TA0002'],
  ['T1068', 'Exploitation for Privilege Escalation', 'TA0004'],
  ['T1069', 'Permission Groups Discovery', 'TA0007'],
  ['T1069.003', 'Cloud Groups', 'TA0007'],
  ['T1070', 'Indicator Removal', 'TA0005'],
  ['T1078', 'Valid Accounts', 'TA0001 TA0003 TA0004 TA0005'],
  ['T1078.001', 'Default Accounts', 'TA0001 TA0003 TA0004 TA0005'],
  ['T1078.003', 'Local Accounts', 'TA0001 TA0003 TA0004 TA0005'],
  ['T1078.004', 'Cloud Accounts', 'TA0001 TA0003 TA0004 TA0005'],
  ['T1087', 'Account Discovery', 'TA0007'],
  ['T1087.004', 'Cloud Account', 'TA0007'],
  ['T1090', 'Proxy', 'TA0011'],
  ['T1098', 'Account Manipulation', 'TA0003 TA0004'],
  ['T1098.001', 'Additional Cloud Credentials', 'TA0003 TA0004'],
  ['T1098.003', 'Additional Cloud Roles', 'TA0003 TA0004'],
  ['T1098.004', 'SSH Authorized Keys', 'TA0003 TA0004'],
  ['T1098.006', 'Additional Container Cluster Roles', 'TA0003 TA0004'],
  ['T1105', 'Ingress Tool Transfer', 'TA0011'],
  ['T1110', 'Brute Force', 'TA0006'],
  ['T1110.003', 'Password Spraying', 'TA0006'],
  ['T1119', 'Automated Collection', 'TA0009'],
  ['T1133', 'External Remote Services', 'TA0001 TA0003'],
  ['T1134', 'Access Token Manipulation', 'TA0004 TA0005'],
  ['T1134.001', 'Token Impersonation/Theft', 'TA0004 TA0005'],
  ['T1134.003', 'Make and Impersonate Token', 'TA0004 TA0005'],
  ['T1136', 'Create Account', 'TA0003'],
  ['T1136.003', 'Cloud Account', 'TA0003'],
  ['T1190', 'Exploit Public-Facing Application', 'TA0001'],
  ['T1199', 'Trusted Relationship', 'TA0001'],
  ['T1204', 'User Execution', 'TA0002'],
  ['T1204.003', 'Malicious Image', 'TA0002'],
  ['T1213', 'Data from Information Repositories', 'TA0009'],
  ['T1484', 'Domain or Tenant Policy Modification', 'TA0004 TA0112'],
  ['T1484.002', 'Trust Modification', 'TA0004 TA0112'],
  ['T1485', 'Data Destruction', 'TA0040'],
  ['T1489', 'Service Stop', 'TA0040'],
  ['T1496', 'Resource Hijacking', 'TA0040'],
  ['T1496.001', 'Compute Hijacking', 'TA0040'],
  ['T1525', 'Implant Internal Image', 'TA0003'],
  ['T1526', 'Cloud Service Discovery', 'TA0007'],
  ['T1528', 'Steal Application Access Token', 'TA0006'],
  ['T1530', 'Data from Cloud Storage', 'TA0009'],
  ['T1531', 'Account Access Removal', 'TA0040'],
  ['T1535', 'Unused/Unsupported Cloud Regions', 'TA0005'],
  ['T1537', 'Transfer Data to Cloud Account', 'TA0010'],
  ['T1538', 'Cloud Service Dashboard', 'TA0007'],
  ['T1539', 'Steal Web Session Cookie', 'TA0006'],
  ['T1543', 'Create or Modify System Process', 'TA0003 TA0004'],
  ['T1543.005', 'Container Service', 'TA0003 TA0004'],
  ['T1546', 'Event Triggered Execution', 'TA0003 TA0004'],
  ['T1548', 'Abuse Elevation Control Mechanism', 'TA0004'],
  ['T1548.005', 'Temporary Elevated Cloud Access', 'TA0004'],
  ['T1550', 'Use Alternate Authentication Material', 'TA0008'],
  ['T1550.001', 'Application Access Token', 'TA0008'],
  ['T1552', 'Unsecured Credentials', 'TA0006'],
  ['T1552.001', 'Credentials In Files', 'TA0006'],
  ['T1552.005', 'Cloud Instance Metadata API', 'TA0006'],
  ['T1552.007', 'Container API', 'TA0006'],
  ['T1555', 'Credentials from Password Stores', 'TA0006'],
  ['T1555.006', 'Cloud Secrets Management Stores', 'TA0006'],
  ['T1556', 'Modify Authentication Process', 'TA0003 TA0112 TA0006'],
  ['T1556.006', 'Multi-Factor Authentication', 'TA0003 TA0112 TA0006'],
  ['T1556.007', 'Hybrid Identity', 'TA0003 TA0112 TA0006'],
  ['T1556.009', 'Conditional Access Policies', 'TA0003 TA0112 TA0006'],
  ['T1557', 'Adversary-in-the-Middle', 'TA0006 TA0009'],
  ['T1565', 'Data Manipulation', 'TA0040'],
  ['T1565.001', 'Stored Data Manipulation', 'TA0040'],
  ['T1567', 'Exfiltration Over Web Service', 'TA0010'],
  ['T1578', 'Modify Cloud Compute Infrastructure', 'TA0112'],
  ['T1578.002', 'Create Cloud Instance', 'TA0112'],
  ['T1578.005', 'Modify Cloud Compute Configurations', 'TA0112'],
  ['T1580', 'Cloud Infrastructure Discovery', 'TA0007'],
  ['T1595', 'Active Scanning', 'TA0043'],
  ['T1595.003', 'Wordlist Scanning', 'TA0043'],
  ['T1606', 'Forge Web Credentials', 'TA0006'],
  ['T1606.002', 'SAML Tokens', 'TA0006'],
  ['T1609', 'Container Administration Command', 'TA0002'],
  ['T1610', 'Deploy Container', 'TA0002'],
  ['T1611', 'Escape to Host', 'TA0004'],
  ['T1613', 'Container and Resource Discovery', 'TA0007'],
  ['T1619', 'Cloud Storage Object Discovery', 'TA0007'],
  ['T1648', 'Serverless Execution', 'TA0002'],
  ['T1649', 'Steal or Forge Authentication Certificates', 'TA0006'],
  ['T1651', 'Cloud Administration Command', 'TA0002'],
  ['T1666', 'Modify Cloud Resource Hierarchy', 'TA0112'],
  ['T1685', 'Disable or Modify Tools', 'TA0112', 'T1562.001'],
  ['T1685.002', 'Disable or Modify Cloud Log', 'TA0112', 'T1562.008'],
  ['T1685.006', 'Clear Linux or Mac System Logs', 'TA0112', 'T1070.002'],
  ['T1686', 'Disable or Modify System Firewall', 'TA0112'],
  ['T1686.001', 'Cloud Firewall', 'TA0112', 'T1562.007'],
];

const BY_ID: ReadonlyMap<string, Technique> = index();

function index(): ReadonlyMap<string, Technique> {
  const names = new Map(TECHNIQUES.map(([uid, name]) => [uid, name]));
  const table = new Map<string, Technique>();
  for (const [uid, name, tactics, formerly] of TECHNIQUES) {
    const above = parentId(uid);
    table.set(uid, {
      uid,
      name,
      tactics: tactics.split(' ').map((tactic) => ({ uid: tactic, name: TACTICS.get(tactic) ?? tactic })),
      ...(above === undefined ? {} : { parent: { uid: above, name: names.get(above) ?? above } }),
      ...(formerly === undefined ? {} : { formerly }),
    });
  }
  return table;
}

function parentId(uid: string): string | undefined {
  const dot = uid.indexOf('.');
  return dot < 0 ? undefined : uid.slice(0, dot);
}

/** All (sub-)technique ids that detections may name. */
export const KNOWN_TECHNIQUES: readonly string[] = [...BY_ID.keys()];

/** A technique by id. An id that the table does not hold comes back with its id as its name and no tactic. */
export function techniqueOf(uid: string): Technique {
  const known = BY_ID.get(uid);
  if (known !== undefined) return known;
  const above = parentId(uid);
  return { uid, name: uid, tactics: [], ...(above === undefined ? {} : { parent: { uid: above, name: BY_ID.get(above)?.name ?? above } }) };
}
