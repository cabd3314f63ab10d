use argus_llm::redact::*;
use std::time::Instant;
fn main(){
  let lines = include_str!("../tests/redaction/lines.txt").lines().filter_map(|l| l.strip_prefix("- "));
  let mut block:String=lines.map(|l| format!("Nov 12 03:14:07 pve1 pvedaemon[2211]: {l}\n")).collect();
  let ord="Nov 12 02:00:04 pve1 pvescheduler[3311]: INFO: Starting Backup of VM 101 (qemu)\nNov 12 02:00:09 pve1 pvescheduler[3311]: INFO: status: 42% (13.4 GiB of 32.0 GiB), duration 61, read: 224.1 MiB/s, write: 198.0 MiB/s\nNov 12 02:00:11 pve1 corosync[1388]:   [KNET  ] link: host: 2 link: 0 is down\nNov 12 02:00:11 pve1 pmxcfs[1299]: [status] notice: received log\nNov 12 02:00:12 pve1 pvedaemon[2211]: <root@pam> starting task UPID:pve1:0003A1B2:0123ABCD:65F1C2AB:qmstart:101:root@pam:\nNov 12 02:00:13 pve1 kernel: vmbr0: port 3(tap101i0) entered forwarding state\n";
  let hard=block.repeat((16<<20)/block.len()); block=ord.repeat((16<<20)/ord.len());
  let held:Vec<String>=(0..12).map(|i| format!("9c1185a5c5e9fc54612808977ee8f548b2258d3{i:02}x")).collect();
  let t=Instant::now();
  let r=Redactor::new(held.iter().map(|s| Held{kind:Kind::Token,secret:s})).unwrap();
  println!("build {:?}",t.elapsed());
  let re=regex::bytes::RegexBuilder::new(&alternation()).size_limit(1<<28).dfa_size_limit(1<<26).build().unwrap();
  for (n,text) in [("ordinary",&block),("labelled",&hard)] { for _ in 0..3 {
    let t=Instant::now(); let x=r.begin().text(text); let a=text.len() as f64/t.elapsed().as_secs_f64()/1e6;
    let t=Instant::now(); let c=re.find_iter(text.as_bytes()).count(); let b=text.len() as f64/t.elapsed().as_secs_f64()/1e6;
    println!("{n} {a:.0} MB/s, regex {b:.0} MB/s ({c}) ratio {:.2} {}", a/b, x.as_str().len());
  }}
}
