// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code under test holds templates
import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/security/dangerous-calls.ts';
import { fakeTree, rulesIn, rulesOf } from '../../fake-tree.ts';

type Case = [path: string, code: string];

const BROKEN: Record<string, Case[]> = {
  'eval-call': [
    ['a.ts', 'export const f = (x: string) => eval(x);'],
    ['a.js', 'const f = new Function("a", body);'],
    ['a.py', 'def f(x):\n    return eval(x)'],
    ['a.py', 'exec(compile(source, "f", "exec"))'],
    ['a.rb', 'eval(params[:code])'],
    ['a.php', '<?php eval($code);'],
    ['a.sh', 'eval "$command"'],
  ],
  'shell-injection': [
    ['a.ts', 'spawn(`ls ${dir}`, { shell: true });'],
    ['a.ts', 'import { exec } from "node:child_process"; exec(`git log ${branch}`);'],
    ['a.js', 'child_process.execSync("rm -rf " + dir);'],
    ['a.py', 'os.system(f"rm -rf {path}")'],
    ['a.py', 'subprocess.run("ls %s" % path, shell=True)'],
    ['a.rb', 'system("convert #{file} out.png")'],
    ['a.php', '<?php shell_exec("convert $file");'],
    ['a.go', 'exec.Command("sh", "-c", fmt.Sprintf("ls %s", dir))'],
    ['A.java', 'Runtime.getRuntime().exec("ls " + dir);'],
    ['a.c', 'int f(char *cmd) { return system(cmd); }'],
    ['a.rs', 'Command::new("sh").arg("-c").arg(format!("ls {}", x))'],
    ['a.cs', 'Process.Start("git", $"log {branch}");'],
  ],
  'sql-injection': [
    ['a.ts', 'db.query(`SELECT * FROM users WHERE id = ${id}`);'],
    ['a.js', 'db.query("DELETE FROM users WHERE id = " + id);'],
    ['a.py', 'cur.execute(f"SELECT * FROM t WHERE id = {id}")'],
    ['a.py', 'cur.execute("SELECT * FROM t WHERE id = %s" % id)'],
    ['a.go', 'db.Query(fmt.Sprintf("SELECT * FROM t WHERE n = %s", n))'],
    ['A.java', 'st.executeQuery("SELECT * FROM t WHERE id = " + id);'],
    ['a.cs', 'new SqlCommand($"SELECT * FROM t WHERE id = {id}", c);'],
    ['a.php', '<?php $db->query("SELECT * FROM t WHERE id = $id");'],
    ['a.rb', 'User.where("name = \'#{name}\'")'],
  ],
  'tls-disabled': [
    ['a.ts', 'const agent = new Agent({ rejectUnauthorized: false });'],
    ['a.js', "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';"],
    ['a.py', 'requests.get(url, verify=False)'],
    ['a.go', 'cfg := &tls.Config{InsecureSkipVerify: true}'],
    ['a.rb', 'http.verify_mode = OpenSSL::SSL::VERIFY_NONE'],
    ['a.php', '<?php curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);'],
    ['a.rs', 'builder.danger_accept_invalid_certs(true)'],
    ['a.sh', 'curl -k https://host/x -o x'],
    ['a.sh', 'curl -sk https://host/x -o x'],
  ],
  'weak-password-hash': [
    ['a.ts', "const hash = createHash('md5').update(password).digest('hex');"],
    ['a.py', 'hashlib.md5(password.encode())'],
    ['a.php', '<?php $h = md5($password);'],
  ],
  'weak-cipher': [
    ['a.ts', "crypto.createCipheriv('aes-128-ecb', key, null);"],
    ['A.java', 'Cipher.getInstance("DES/CBC/PKCS5Padding")'],
  ],
  'guessable-secret': [
    ['a.ts', 'const resetToken = Math.random().toString(36);'],
    ['a.py', 'reset_token = "".join(random.choice(chars) for _ in range(20))'],
  ],
  'unverified-token': [
    ['a.py', 'jwt.decode(token, verify=False)'],
    ['a.ts', "jwt.verify(token, key, { algorithms: ['none'] });"],
  ],
  'raw-markup': [['a.ts', 'element.innerHTML = comment.body;']],
  'raw-markup-call': [
    ['a.js', 'document.write(location.hash);'],
    ['a.js', "el.insertAdjacentHTML('beforeend', row);"],
  ],
  'raw-markup-react': [['a.tsx', 'const a = <div dangerouslySetInnerHTML={{ __html: body }} />;']],
  'unsafe-deserialization': [
    ['a.py', 'data = pickle.loads(blob)'],
    ['a.py', 'import yaml\nyaml.load(text)'],
    ['a.rb', 'Marshal.load(blob)'],
    ['a.php', '<?php $x = unserialize($_COOKIE["x"]);'],
    ['A.java', 'new ObjectInputStream(in).readObject();'],
    ['a.cs', 'var f = new BinaryFormatter();'],
  ],
  'request-output': [['a.php', '<?php echo $_GET["q"];']],
  'request-include': [['a.php', '<?php include($_GET["page"]);']],
  'debug-server': [['a.py', 'app.run(host="0.0.0.0", debug=True)']],
  'predictable-temp': [['a.py', 'name = tempfile.mktemp()']],
  'piped-install': [['a.sh', 'curl -fsSL https://x.dev/install | sudo bash']],
  'open-permissions': [['a.sh', 'chmod -R 777 /srv']],
  'unbounded-copy': [
    ['a.c', 'void f(void) { char b[9]; gets(b); }'],
    ['a.c', 'void f(char *s) { char b[9]; strcpy(b, s); }'],
    ['a.c', 'scanf("%d %s", &n, b);'],
  ],
  'format-string': [['a.c', 'void f(char *s) { printf(s); }']],
};

const HARMLESS: Case[] = [
  ['a.ts', 'const found = /x/.exec(`${a}`);'],
  ['a.ts', "eval('1 + 1'); model.eval(x); // eval(x)"],
  ['a.ts', "exec('git status'); execFile('git', ['log', branch]);"],
  ['a.ts', "const help = 'never eval(x) or innerHTML = y';"],
  ['a.ts', 'sql`SELECT * FROM t WHERE id = ${id}`; db.query(sql`SELECT a FROM t WHERE id = ${id}`);'],
  ['a.ts', "db.query('SELECT * FROM t WHERE id = $1', [id]); logger.info(`select an item from ${list}`);"],
  ['a.ts', "element.innerHTML = ''; element.innerHTML = DOMPurify.sanitize(body); const x = el.innerHTML;"],
  ['a.ts', "const etag = createHash('sha1').update(body).digest('hex'); checkPassword(p);"],
  ['a.ts', 'const jitter = Math.random() * 100; const tokens = list.map((t) => t);'],
  ['a.ts', 'const agent = new Agent({ rejectUnauthorized: true });'],
  ['a.tsx', 'const a = <s dangerouslySetInnerHTML={{ __html: JSON.stringify(data) }} />;'],
  ['a.py', 'model.eval()\nast.literal_eval(x)\n# eval(x)\ns = "eval(x)"\ndef eval(x): pass'],
  ['a.py', 'subprocess.run(["ls", path])\nos.system("clear")\nsubprocess.run("ls | wc", shell=True)'],
  ['a.py', 'from own.config import yaml\nyaml.load(text)'],
  [
    'a.py',
    'import yaml\nyaml.safe_load(t)\nyaml.load(t, Loader=yaml.SafeLoader)\nyaml.load(read(a), Loader=SafeLoader)',
  ],
  ['a.py', 'cur.execute("SELECT * FROM t WHERE id = %s", (id,))\nrequests.get(url, verify=True)'],
  ['a.py', 'etag = hashlib.md5(body).hexdigest()\nsample = random.choice(items)'],
  [
    'a.rb',
    'system("ls", dir)\nUser.where("name = ?", name)\nretrieval(x)\ncopy = Marshal.load(Marshal.dump(x))',
  ],
  ['a.php', '<p>Don\'t eval($x)</p><?php echo htmlspecialchars($_GET["q"]); $pdo->exec("SET x");'],
  ['a.php', '<?php shell_exec("ls " . escapeshellarg($x)); $curl->exec($ch); md5($path);'],
  ['a.go', 'exec.Command("git", "log", branch)\ndb.Query("SELECT a FROM t WHERE id = $1", id)'],
  ['A.java', 'st.prepareStatement("SELECT * FROM t WHERE id = ?"); new ProcessBuilder("ls", dir);'],
  ['a.c', 'fgets(b, 9, stdin); printf("%s", s); snprintf(b, 9, "%s", s); strcpy(b, "x"); scanf("%8s", b);'],
  ['a.c', 'int system(const char *cmd);\nchar *gets(char *s);\nwidgets(x); system("ls");'],
  ['a.rs', 'Command::new("ls").arg(dir)'],
  ['a.sh', 'curl -fsSL https://x.dev/f -o f\nchmod 755 f\ncurl https://x | tee log\n# eval "$x"'],
  ['a.sh', 'curl --keepalive-time 2 https://x\nevaluate "$x"'],
  ['README.md', 'curl https://x.dev | sh'],
  ['node_modules/a/a.js', 'eval(x)'],
  ['tests/fixtures/a.js', 'eval(x)'],
  ['a.min.js', 'eval(x)'],
  ['tests/a.test.ts', 'eval(x); el.innerHTML = y;'],
];

/** What the code says that it means: options, caches, names of tables, old formats, programs of the user. */
const INTENDED: [path: string, code: string][] = [
  ['a.go', 'package a\nfunc f() {\n\tif insecure {\n\t\tc.InsecureSkipVerify = true\n\t}\n}'],
  ['a.rb', 'http.verify_mode = verify? ? OpenSSL::SSL::VERIFY_PEER : OpenSSL::SSL::VERIFY_NONE'],
  [
    'a.py',
    'class MD5PasswordHasher(Base):\n    def encode(self, password, salt):\n        return hashlib.md5(password).hexdigest()',
  ],
  [
    'cache.py',
    'import pickle\ndef put(v): f.write(pickle.dumps(v))\ndef get(): return pickle.loads(f.read())',
  ],
  ['cache.rb', 'def put(v) = store.write(Marshal.dump(v))\ndef get = Marshal.load(store.read(1))'],
  [
    'cache.php',
    '<?php function put($v) { save(serialize($v)); }\nfunction get() { return unserialize(load($path)); }',
  ],
  ['edit.rb', 'system("#{ENV["EDITOR"]} notes.txt")'],
  ['thumb.rb', 'cmd = "convert #{shell_quote source} #{shell_quote target}"\nsystem(cmd)'],
  [
    'a.rb',
    'Issue.where("#{User.table_name}.id NOT IN (SELECT user_id FROM #{table_name_prefix}groups WHERE id = ?)", id)',
  ],
  ['up.php', "<?php $fd = fopen($_FILES['import']['tmp_name'], 'r');"],
  [
    'site.go',
    'package a\nimport "html/template"\nfunc f(s string) template.HTML { return template.HTML(s) }',
  ],
  ['a.rb', 'redirect_to_referer = params[:a] == 1'],
  ['a.rb', 'scope = scope.open(params[:status])'],
  ['lua.c', '#define lua_popen(L,c,m) popen(c,m)\n'],
  ['a.c', 'void f(char *s) {\n  char *r = malloc(strlen(s) + 1);\n  strcpy(r, s);\n}'],
  ['a.js', 'element.innerHTML = options.template;'],
];

describe('dangerous-calls', () => {
  const broken = Object.entries(BROKEN).flatMap(([rule, cases]) =>
    cases.map(([path, code]): [string, string, string] => [rule, path, code]),
  );
  it.each(broken)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });

  it('counts what scripts of developers build from values, but not what they take from a request', async () => {
    const tree = fakeTree({
      'scripts/a.py': 'import os\nos.system(cmd)\n',
      'db/migrate/1_a.rb': 'execute("UPDATE a SET b = #{value}")\n',
      'tools/b.py': 'import os\nos.system(request.args["c"])\n',
    });
    const { findings, numbers } = await run(tree);
    expect(findings.map(({ path }) => path)).toEqual(['tools/b.py']);
    expect(numbers).toEqual([
      {
        topic: 'Scripts of developers',
        text: '2 dangerous calls in 2 files',
      },
    ]);
  });

  it.each(INTENDED)('reports nothing that is meant so in %s: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });

  it('reports the line, and rates an example lower', async () => {
    const { findings } = await run(
      fakeTree({
        'src/a.js': '\n\neval(x);',
        'examples/a.js': 'res.send("<b>" + req.query.q);',
        'examples/b.js': 'eval(x);',
      }),
    );
    expect(findings.map(({ path, line, severity }) => [path, line, severity])).toEqual([
      ['src/a.js', 3, 'major'],
      ['examples/a.js', 1, 'minor'],
    ]);
  });

  it('lists all findings, and notes scripts that cannot be parsed', async () => {
    const result = await run(fakeTree({ 'a.js': 'eval(x);\n'.repeat(70), 'b.js': 'eval(x); class {{{' }));
    expect(rulesOf(result)).toHaveLength(70);
    expect(result.notes.join(' ')).toMatch(/1 script could not be parsed/);
  });
});
