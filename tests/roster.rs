//! The school's own list, from a file to the station and away again. All people in it are made up.

use std::fs;
use std::path::Path;

use tucai::domain::ids::SessionId;
use tucai::domain::record::RecordState;
use tucai::domain::roster::{
    Cell, Column, Columns, Progress, RosterFault, RosterFindingKind, Row, TextEncoding, judge,
};
use tucai::domain::set_up::RunBy;
use tucai::roster::{Reading, Wish, read, read_bytes};
use tucai::store::{ChosenColumns, CreateOptions, OldKey, OpenOptions, ProblemKind, SessionSettings, Store};

use crate::support::sheets::V::{self, N, None as E, T};
use crate::support::sheets::{ods, xls, xls_of, xlsx, xlsx_of};
use crate::support::station::{Station, at, files, lock, passphrase, record, session};

const ROWS: &[&[V]] = &[
    &[T("会计学院 2026 届名单")],
    &[],
    &[T("序号"), T("学号"), T("姓名"), T("身份证号"), T("班级")],
    &[N(1.0), T("0220101"), T("王小明"), T("11010519491231002X"), T("会计2201")],
    &[N(2.0), N(2_220_102.0), T("诸葛小亮"), E, T("会计2201")],
    &[E],
    &[N(3.0), T("0220201"), T("李雷"), E, T("法学2202")],
];

/// What a list comes to, however it is packed.
#[track_caller]
fn is_the_list(reading: &Reading) {
    let columns = Columns::proposed(&reading.table);
    let judged = judge(&reading.table, &columns);
    assert!(judged.is_usable() && judged.findings.is_empty(), "{:?}", judged.findings);
    let rows: Vec<_> =
        judged.rows.iter().map(|row| (row.number.as_str(), row.name.as_str(), row.class.as_deref())).collect();
    let (a, b) = (Some("会计2201"), Some("法学2202"));
    assert_eq!(rows, [("0220101", "王小明", a), ("2220102", "诸葛小亮", a), ("0220201", "李雷", b)]);
    assert_eq!(judged.rows[0].id_number.as_deref(), Some("11010519491231002X"));
    let lines: Vec<u32> = reading.table.lines.iter().map(|line| line.row).collect();
    assert_eq!(lines, [4, 5, 7], "rows are counted as the table program counts them");
}

fn book(bytes: Vec<u8>) -> Result<Reading, RosterFault> {
    read_bytes(bytes, Wish::default())
}

#[test]
fn every_workbook_gives_the_same_list() {
    is_the_list(&book(xlsx(&[("名单", ROWS)])).unwrap());
    is_the_list(&book(ods(ROWS)).unwrap());
    is_the_list(&book(xls(ROWS)).unwrap());
}

#[test]
fn a_sheet_can_be_chosen_and_empty_ones_are_passed_over() {
    let other: &[&[V]] = &[&[T("学号"), T("姓名")], &[T("9"), T("乙")]];
    let bytes = xlsx(&[("空", &[]), ("一班", ROWS), ("二班", other)]);
    let first = book(bytes.clone()).unwrap();
    assert_eq!((first.sheets.as_slice(), first.sheet), (["空", "一班", "二班"].map(String::from).as_slice(), 1));
    is_the_list(&first);
    let second = read_bytes(bytes.clone(), Wish { sheet: Some(2), ..Wish::default() }).unwrap();
    assert_eq!(second.table.lines[0].cells, [Cell::text("9"), Cell::text("乙")]);
    assert_eq!(read_bytes(bytes, Wish { sheet: Some(0), ..Wish::default() }).unwrap_err(), RosterFault::Empty);
}

#[test]
fn what_a_workbook_did_to_long_numbers_is_refused() {
    let rows: &[&[V]] = &[
        &[T("学号"), T("姓名"), T("身份证号")],
        &[N(1.2e17), T("甲"), E],
        &[T("20220102"), T("乙"), N(1.101_051_949_123_1e17)],
        &[N(2022.5), T("丙"), E],
    ];
    for bytes in [xlsx(&[("1", rows)]), ods(rows), xls(rows)] {
        let table = book(bytes).unwrap().table;
        let judged = judge(&table, &Columns::proposed(&table));
        let found: Vec<_> = judged.findings.iter().map(|finding| (finding.kind, finding.rows.clone())).collect();
        let wanted = [(RosterFindingKind::NumberDamaged, vec![2, 4]), (RosterFindingKind::IdDamaged, vec![3])];
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_workbook_that_swells_is_refused_before_it_is_parsed() {
    let sheet = |cells: &str| format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
    let small = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    let bomb = xlsx_of(&[("1", small.clone())], Some(("xl/sharedStrings.xml", vec![b' '; 256 * 1024 * 1024])));
    assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
    assert_eq!(book(bomb).unwrap_err(), RosterFault::TooLarge);
    let far = sheet(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>"#);
    assert_eq!(book(xlsx_of(&[("1", far)], None)).unwrap_err(), RosterFault::TooManyRows);
    let wide = sheet(r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#);
    assert_eq!(book(xlsx_of(&[("1", wide)], None)).unwrap_err(), RosterFault::TooManyColumns);
    assert_eq!(book(xls_of(&[(0, 0, T("学号")), (65_535, 65_535, T("1"))])).unwrap_err(), RosterFault::TooManyColumns);
    assert_eq!(book(xls_of(&[(0, 0, T("学号")), (65_535, 3, T("1"))])).unwrap_err(), RosterFault::TooManyRows);
    assert_eq!(read_bytes(vec![b'1'; 17 * 1024 * 1024], Wish::default()).unwrap_err(), RosterFault::TooLarge);
}

#[test]
fn what_is_no_list_is_refused_with_its_reason() {
    assert_eq!(book(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()).unwrap_err(), RosterFault::NotAList);
    assert_eq!(book(Vec::new()).unwrap_err(), RosterFault::Empty);
    assert_eq!(book(b"PK\x03\x04 and nothing more".to_vec()).unwrap_err(), RosterFault::Damaged);
    let mut cut = xlsx(&[("1", ROWS)]);
    cut.truncate(cut.len() / 2);
    assert_eq!(book(cut).unwrap_err(), RosterFault::Damaged);
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600], &locked].concat();
    assert_eq!(book(locked).unwrap_err(), RosterFault::Protected);
    assert_eq!(read(Path::new("/nothing/is/here.xlsx"), Wish::default()).unwrap_err(), RosterFault::Unreadable);
    let text = book("学号,姓名\n1,甲\n".into()).unwrap();
    assert_eq!((text.encoding, text.sheets.len()), (Some(TextEncoding::Utf8), 0));
}

#[test]
fn damaged_workbooks_never_take_the_program_down() {
    for whole in [xlsx(&[("1", ROWS)]), ods(ROWS), xls(ROWS)] {
        for step in 0..whole.len().min(900) {
            let mut bytes = whole.clone();
            let place = step * whole.len() / whole.len().min(900);
            bytes[place] ^= 0x5a;
            // any answer will do
            book(bytes).map_or_else(|_fault| (), |_reading| ());
        }
    }
}

fn row(number: &str, name: &str, class: &str) -> Row {
    Row { name: name.to_owned(), walk_up: false, ..Row::walk_up(number.to_owned(), Some(class.to_owned())) }
}

fn three() -> Vec<Row> {
    vec![
        row("20220101", "王小明", "会计2201"),
        row("20220102", "诸葛小亮", "会计2201"),
        row("20220201", "李雷", "法学2202"),
    ]
}

fn school(station: &Station) -> Store {
    let mut store = station.open();
    store.set_session(&SessionSettings { run_by: Some(RunBy::School), ..session() }, 1, at(1)).unwrap();
    store
}

fn lists_below(folder: &Path) -> Vec<std::path::PathBuf> {
    files(folder).into_iter().filter(|path| path.to_string_lossy().contains("/rosters/")).collect()
}

/// Names and numbers must stand in no file as they are.
#[track_caller]
fn nothing_is_readable(folder: &Path) {
    for path in files(folder) {
        let bytes = fs::read(&path).unwrap();
        for secret in ["王小明", "诸葛小亮", "20220102"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found && !path.to_string_lossy().contains(secret), "{secret} in {}", path.display());
        }
    }
}

#[test]
fn a_list_survives_reopening_the_loss_of_the_database_and_of_a_file() {
    let station = Station::new();
    let mut store = school(&station);
    let id = session().id;
    let chosen = ChosenColumns::from([(Column::Number, String::from("编号"))]);
    store.set_roster(&id, &three(), &chosen, 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    let first = lists_below(station.folder());
    assert_eq!((first.len(), lists_below(station.second.path()).len()), (1, 1));
    drop(store);
    nothing_is_readable(station.folder());
    nothing_is_readable(station.second.path());

    let store = station.open();
    assert_eq!(store.roster(&id).unwrap().rows(), three());
    assert_eq!(store.roster_columns(Some("10595")).unwrap(), chosen);
    assert!(store.roster_columns(Some("1")).unwrap().is_empty());
    drop(store);
    let store = station.rebuild();
    assert!(store.report().journal_problems.is_empty(), "{:?}", store.report());
    assert_eq!((store.roster(&id).unwrap().rows(), store.roster_columns(Some("10595")).unwrap()), (&*three(), chosen));
    drop(store);

    fs::remove_file(&first[0]).unwrap();
    drop(station.open());
    assert_eq!(lists_below(station.folder()), first, "it came back from the second disk");
    fs::remove_file(&first[0]).unwrap();
    fs::remove_file(&lists_below(station.second.path())[0]).unwrap();
    let store = station.open();
    assert_eq!(store.roster(&id).unwrap().rows(), three());
    assert_eq!(lists_below(station.folder()).len(), 1, "it was written again from the index");
    store.catch_up_all().unwrap();
    assert_eq!(lists_below(station.second.path()).len(), 1);
    drop(store);
    fs::remove_file(&lists_below(station.folder())[0]).unwrap();
    fs::remove_file(&lists_below(station.second.path())[0]).unwrap();
    let store = station.rebuild();
    let lost = store.report().journal_problems.iter().any(|problem| problem.contains("2026-A"));
    assert!(lost && store.roster(&id).unwrap().is_empty(), "a list that is gone is named");
}

#[test]
fn verify_names_what_is_wrong_with_a_list_and_repair_brings_it_back() {
    let station = Station::new();
    let mut store = school(&station);
    store.set_roster(&session().id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    let paths = [station.folder(), station.second.path()].map(|folder| lists_below(folder).pop().unwrap());
    let whole = fs::read(&paths[0]).unwrap();
    let found = || {
        let store = station.try_open(&OpenOptions::read_only()).unwrap();
        store.verify().unwrap().problems.into_iter().map(|problem| problem.kind).collect::<Vec<_>>()
    };
    let repaired = || {
        let (store, repair) = Store::mend(station.folder(), &passphrase(), &OpenOptions::default(), at(100)).unwrap();
        assert!(repair.left.is_sound(), "{:?}", repair.left.problems);
        assert_eq!(store.roster(&session().id).unwrap().rows(), three());
        repair.mended.into_iter().map(|problem| problem.kind).collect::<Vec<_>>()
    };
    use ProblemKind as P;
    for (first, second, wanted) in [
        (Some(vec![7; 40]), None, vec![P::RosterDamaged]),
        (Some(Vec::new()), None, vec![P::RosterMissing]),
        (None, Some(vec![7; 40]), vec![P::SecondRosterDiffers]),
        (None, Some(Vec::new()), vec![P::SecondRosterMissing]),
        (Some(vec![7; 40]), Some(vec![8; 40]), vec![P::RosterDamaged, P::SecondRosterDiffers]),
    ] {
        for (path, bytes) in paths.iter().zip([first, second]) {
            match bytes {
                Some(bytes) if bytes.is_empty() => fs::remove_file(path).unwrap(),
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None => {}
            }
        }
        assert_eq!(found(), wanted);
        let mended = repaired();
        assert!(
            wanted
                .iter()
                .filter(|kind| **kind == P::RosterDamaged || **kind == P::RosterMissing)
                .all(|kind| mended.contains(kind)),
            "{mended:?}"
        );
        assert_eq!(found(), []);
        if lists_below(station.folder())[0] != paths[0] {
            // Neither copy was right: the database wrote it anew.
            break;
        }
        assert_eq!(fs::read(&paths[0]).unwrap(), whole);
    }
    let stray = paths[0].with_file_name("2026-A.0000000000000000.age");
    fs::write(&stray, &whole).unwrap();
    assert_eq!(found(), [P::RosterStillThere]);
    repaired();
    assert!(!stray.exists());
}

#[test]
fn another_list_takes_the_place_of_the_first_and_a_walk_up_joins_it() {
    let station = Station::new();
    let mut store = school(&station);
    let id = session().id;
    store.set_roster(&id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap();
    store.set_roster(&id, &three()[1..], &ChosenColumns::new(), 1, at(3)).unwrap();
    assert_eq!(store.roster(&id).unwrap().rows().len(), 2);
    store.add_walk_up(&id, "x99", Some(String::from("会计2201")), 1, at(4)).unwrap();
    store.add_walk_up(&id, "20220102", None, 1, at(5)).unwrap();
    let roster = store.roster(&id).unwrap();
    let walk_ups: Vec<_> = roster.rows().iter().map(|row| (row.number.as_str(), row.walk_up)).collect();
    assert_eq!(walk_ups, [("20220102", false), ("20220201", false), ("X99", true)]);
    store.catch_up_all().unwrap();
    assert_eq!((lists_below(station.folder()).len(), lists_below(station.second.path()).len()), (1, 1));
    drop(store);
    assert_eq!(station.rebuild().roster(&id).unwrap(), roster);
}

#[test]
fn a_list_is_refused_where_the_school_does_not_run_the_session() {
    let station = Station::without_copy();
    let mut store = station.open();
    let id = session().id;
    let refused = |store: &mut Store| {
        let error = store.set_roster(&session().id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap_err();
        (error.fault(), lists_below(station.folder()).len())
    };
    let not_allowed = tucai::domain::fault::StoreFault::RosterNotAllowed;
    assert_eq!(refused(&mut store), (not_allowed, 0), "nobody was asked who runs it");
    let centre = SessionSettings { run_by: Some(RunBy::Centre), ..session() };
    store.set_session(&centre, 1, at(1)).unwrap();
    assert_eq!(refused(&mut store), (not_allowed, 0));
    drop(store);
    let mut store = school(&station);
    store.set_roster(&id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap();
    assert_eq!(store.set_session(&centre, 1, at(3)).unwrap_err().fault(), not_allowed, "the list is to go first");
    store.remove_roster(&id, 1, at(4)).unwrap();
    store.set_session(&centre, 1, at(5)).unwrap();
    assert!(!store.has_roster(&id).unwrap() && lists_below(station.folder()).is_empty());
}

#[test]
fn a_record_is_bound_to_its_row_and_counts_in_its_class() {
    let station = Station::without_copy();
    let mut store = school(&station);
    let id = session().id;
    store.set_roster(&id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap();
    for (n, key) in [(1, Some("20220102")), (2, None), (3, Some("20220201"))] {
        let shot = store.take_lock(&lock(n), 1, at(3)).unwrap();
        let new = tucai::store::NewRecord { roster_key: key.map(str::to_owned), ..record(shot, n) };
        let saved = store.save(new, at(4)).unwrap();
        if n == 3 {
            store.set_state(saved.id, RecordState::Rejected, Some(String::from("眼睛")), 1, at(5)).unwrap();
        }
    }
    let bindings = store.roster_bindings(&id).unwrap();
    assert_eq!(bindings["20220102"][0].shot.number, 1);
    let roster = store.roster(&id).unwrap();
    let progress = Progress::of(&roster, &bindings);
    let counts: Vec<_> =
        progress.classes.iter().map(|c| (c.class.as_str(), c.taken, c.missing(), c.to_retake)).collect();
    assert_eq!(counts, [("会计2201", 1, 1, 0), ("法学2202", 0, 0, 1)]);
    let group = store.record(bindings["20220102"][0].record).unwrap().record.group;
    assert_eq!(group.as_deref(), Some("会计2201"), "the row's class is the record's heading");
}

#[test]
fn a_spare_station_takes_the_list_over() {
    let station = Station::new();
    let mut store = school(&station);
    let id = session().id;
    store.set_roster(&id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    let copy = fs::read_dir(station.second.path()).unwrap().next().unwrap().unwrap().path();
    let spare = tempfile::tempdir().unwrap();
    let letter = tucai::domain::ids::StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let key = passphrase();
    let (store, _) =
        Store::adopt(spare.path(), &passphrase(), &options, &copy, &OldKey::Passphrase(&key), at(9), &mut |_, _| {})
            .unwrap();
    assert_eq!(store.roster(&id).unwrap().rows(), three());
    assert_eq!(lists_below(spare.path()).len(), 1);
}

#[test]
fn the_list_goes_with_the_last_record_of_its_session() {
    let station = Station::new();
    let mut store = school(&station);
    let id: SessionId = session().id;
    store.set_roster(&id, &three(), &ChosenColumns::new(), 1, at(2)).unwrap();
    store.set_retention(&id, Some(1), 1, at(2)).unwrap();
    let mut records = Vec::new();
    for n in 1..=2 {
        let shot = store.take_lock(&lock(n), 1, at(3)).unwrap();
        let new = tucai::store::NewRecord { roster_key: Some(format!("2022010{n}")), ..record(shot, n) };
        records.push(store.save(new, at(4)).unwrap().id);
        store.withdraw(records[n as usize - 1], None, 1, at(5)).unwrap();
    }
    let later = at(40 * 3_600);
    store.purge(&records[..1], "retention", 1, later).unwrap();
    assert!(store.has_roster(&id).unwrap(), "one record is left");
    store.purge(&records[1..], "retention", 1, later).unwrap();
    assert!(!store.has_roster(&id).unwrap() && store.roster_bindings(&id).unwrap().is_empty());
    let left = [station.folder(), station.second.path()].map(|folder| lists_below(folder).len());
    assert_eq!(left, [0, 0]);
    drop(store);
    assert!(station.rebuild().roster(&id).unwrap().is_empty());
}

#[test]
fn a_folder_of_the_first_layout_takes_a_list() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/station-v1");
    let copy = tempfile::tempdir().unwrap();
    for file in files(&fixture) {
        let to = copy.path().join(file.strip_prefix(&fixture).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, to).unwrap();
    }
    let open = || Store::open(copy.path(), &passphrase(), &tucai::store::OpenOptions::default(), at(500)).unwrap();
    let mut store = open();
    let settings = store.current_session().unwrap().unwrap();
    assert!(store.roster(&settings.id).unwrap().is_empty() && !store.has_roster(&settings.id).unwrap());
    store.set_session(&SessionSettings { run_by: Some(RunBy::School), ..settings.clone() }, 1, at(501)).unwrap();
    store.set_roster(&settings.id, &three(), &ChosenColumns::new(), 1, at(502)).unwrap();
    drop(store);
    assert_eq!(open().roster(&settings.id).unwrap().rows(), three());
}

/// `TUCAI_MANY=20000` measures with more.
#[test]
fn a_long_list_is_measured() {
    let many: u32 = std::env::var("TUCAI_MANY").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000);
    let text: String = std::iter::once(String::from("学号,姓名,身份证号,班级,院系,专业\n"))
        .chain((0..many).map(|n| format!("2022{n:06},诸葛小亮,11010519491231002X,班{},会计学院,会计学\n", n / 45)))
        .collect();
    let start = std::time::Instant::now();
    let reading = read_bytes(text.into_bytes(), Wish::default()).unwrap();
    let judged = judge(&reading.table, &Columns::proposed(&reading.table));
    let read = start.elapsed();
    assert!(judged.is_usable() && judged.rows.len() == many as usize);
    let station = Station::without_copy();
    let mut store = school(&station);
    let id = session().id;
    let start = std::time::Instant::now();
    store.set_roster(&id, &judged.rows, &ChosenColumns::new(), 1, at(2)).unwrap();
    let taken = start.elapsed();
    let start = std::time::Instant::now();
    let roster = store.roster(&id).unwrap();
    let loaded = start.elapsed();
    let start = std::time::Instant::now();
    let progress = Progress::of(&roster, &store.roster_bindings(&id).unwrap());
    assert_eq!(progress.missing.len(), many as usize);
    println!("{many} rows: read {read:?}, taken {taken:?}, loaded {loaded:?}, counted {:?}", start.elapsed());
}
