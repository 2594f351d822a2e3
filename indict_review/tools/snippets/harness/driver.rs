// Runs the check above it and reports how it stopped: see `snippets.interface`.
fn main() {
    use std::io::Write;
    use std::process::Termination;
    static LAST: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());
    std::panic::set_hook(Box::new(|info| {
        let said = match (info.payload().downcast_ref::<&str>(), info.payload().downcast_ref::<String>()) {
            (Some(text), _) => text.to_string(),
            (_, Some(text)) => text.clone(),
            _ => String::from("panic"),
        };
        let (file, line) = info.location().map_or(("", 0), |l| (l.file(), l.line()));
        let path = file.strip_prefix("./").unwrap_or(file);
        let own = path == env!("CHECK_FILE");
        // Where the check panics for itself, that is an assertion; not where it indexes or unwraps.
        let code = include_str!(env!("CHECK_FILE"));
        let text = code.lines().nth((line as usize).saturating_sub(1)).unwrap_or("");
        let asserts = ["assert", "panic!", "unreachable!"].iter().any(|word| text.contains(word));
        let stop = if own && asserts { "assertion" } else { "error" };
        let place = if own { String::new() } else if path.starts_with('/') { return } else { path.to_string() };
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        eprintln!("{}", said);
        if let Ok(mut last) = LAST.lock() {
            *last = format!("{}\n{}\n{}:{}\n", stop, flat, place, line);
        }
    }));
    let ended = std::panic::catch_unwind(|| format!("{:?}", ENTRY().report()));
    let success = format!("{:?}", std::process::ExitCode::SUCCESS);
    let text = match ended {
        Ok(code) if code == success => String::from("end\n"),
        Ok(_) => String::from("own\nits main returned an error\n"),
        Err(_) => LAST.lock().map(|last| last.clone()).unwrap_or_default(),
    };
    if let Ok(mut out) = std::fs::OpenOptions::new().write(true).create_new(true).open(env!("CHECK_RESULT")) {
        let _ = out.write_all(text.as_bytes());
    }
    std::process::exit(0);
}
